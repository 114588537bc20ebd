"""DICOMweb (PS3.18): QIDO-RS and WADO-RS below `/dicomweb`.

What is searched is the index. Headers are read by pydicom, and pictures are drawn by viewer-core
(`noctis_dicom_core`), in processes of their own; nothing here decodes a pixel.
"""
