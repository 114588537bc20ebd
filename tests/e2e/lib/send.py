"""Sends DICOM files with pynetdicom, in one association; after some of them it waits for a line on its input."""

import argparse
import sys
from pathlib import Path

from pydicom import dcmread
from pynetdicom import AE
from pynetdicom.sop_class import CTImageStorage  # type: ignore[attr-defined]


def main() -> int:
    """Return 0 when every file was answered with success."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pause-after", type=int, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    ae = AE(ae_title="E2E")
    ae.add_requested_context(CTImageStorage)
    association = ae.associate("127.0.0.1", options.port, ae_title="NOCTIS")
    if not association.is_established:
        print("no association", file=sys.stderr)
        return 1
    for index, file in enumerate(options.files):
        if index == options.pause_after:
            print("paused", flush=True)
            sys.stdin.readline()
        status = association.send_c_store(dcmread(file))
        if not status or status.Status != 0:
            print(f"file {index}: {status}", file=sys.stderr)
            return 1
    association.release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
