"""The gateway of Noctis Viewer: ingest, index, object bytes, live events and the page.

Nothing here parses DICOM: what the gateway knows about an object, the receiver's event told it.
"""
