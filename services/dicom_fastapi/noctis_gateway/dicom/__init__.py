"""What is read from a DICOM file: headers by pydicom, in processes of their own. No pixel is decoded."""
