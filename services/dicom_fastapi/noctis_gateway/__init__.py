"""The gateway of Noctis Viewer: ingest, index, object bytes, DICOMweb, live events, forwarding and the page.

What the gateway knows about an object, the receiver's event told it; headers are read by pydicom, pixels by nobody.
"""

VERSION = "0.2.0"
