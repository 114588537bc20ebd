"""DICOMweb (PS3.18): QIDO-RS and WADO-RS below `/dicomweb`.

What is searched is the index. Headers are read by pydicom, in processes of their own; nothing here decodes a pixel, so
there are no rendered resources.
"""
