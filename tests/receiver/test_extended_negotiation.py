"""The optional items of a request (PS3.7 annex D.3.3) and transfer syntax profiles, seen by pynetdicom."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import (
    JPEG2000,
    CTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    MRImageStorage,
)
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES
from pynetdicom.pdu_primitives import (
    AsynchronousOperationsWindowNegotiation,
    SOPClassCommonExtendedNegotiation,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)
from pynetdicom.presentation import build_role
from rx_harness import StartReceiver
from rx_objects import ct
from rx_wire import COMMAND, DATA, LAST, Wire, associate_rq, item, p_data, pdv, store_rq


def test_every_item_is_answered_as_the_standard_says(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver()
    entity = AE("SENDER")
    entity.add_requested_context(CTImageStorage, ExplicitVRLittleEndian)
    entity.add_requested_context(MRImageStorage, ExplicitVRLittleEndian)
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked = 5
    window.maximum_number_operations_performed = 3
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid = CTImageStorage
    extended.service_class_application_information = b"\x02\x00\x03\x00\x01\x00"
    identity = UserIdentityNegotiation()
    identity.user_identity_type, identity.primary_field = 1, b"somebody"
    identity.positive_response_requested = True
    association = entity.associate(
        "127.0.0.1",
        receiver.port,
        ext_neg=[
            build_role(CTImageStorage, scu_role=True, scp_role=True),
            build_role(MRImageStorage, scp_role=True),
            window,
            extended,
            identity,
        ],
    )
    assert association.is_established
    assert [cx.abstract_syntax for cx in association.accepted_contexts] == [
        CTImageStorage
    ]
    (refused,) = association.rejected_contexts
    assert (refused.abstract_syntax, refused.result) == (MRImageStorage, 1)
    answered = association.acceptor
    role = answered.role_selection[CTImageStorage]
    assert (role.scu_role, role.scp_role) == (True, False)
    assert answered.asynchronous_operations == (5, 1)
    assert answered.sop_class_extended == {CTImageStorage: b"\x02\x00\x03\x00\x00\x00"}
    assert answered.user_identity is None
    association.release()


def test_a_class_may_introduce_itself(start_receiver: StartReceiver) -> None:
    """Common extended negotiation: what service a private class belongs to, and what it specializes."""
    receiver = start_receiver(accept_unknown_sop_classes="false")
    entity = AE("SENDER")
    items: list[Any] = []
    for sop_class, related in [("1.2.3.1", [CTImageStorage]), ("1.2.3.2", [])]:
        entity.add_requested_context(sop_class, ExplicitVRLittleEndian)
        common = SOPClassCommonExtendedNegotiation()
        common.sop_class_uid = sop_class
        common.service_class_uid = "1.2.840.10008.4.2"
        common.related_general_sop_class_identification = list(related)
        items.append(common)
    association = entity.associate("127.0.0.1", receiver.port, ext_neg=items)
    assert [cx.abstract_syntax for cx in association.accepted_contexts] == ["1.2.3.1"]
    association.release()


def test_operations_that_were_not_waited_for_are_all_answered(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver()
    samples = [ct(tmp_path) for _ in range(8)]
    window = item(0x53, struct.pack(">HH", 0, 1))
    with Wire(receiver.port) as wire:
        wire.associate(associate_rq(items=window))
        for number, sample in enumerate(samples):
            request = store_rq(sample.sop_instance, message_id=number)
            wire.send(
                p_data(
                    pdv(1, COMMAND | LAST, request),
                    pdv(1, DATA | LAST, sample.dataset),
                )
            )
        answers = [wire.response() for _ in samples]
        wire.release()
    assert [(one.short(0x0120), one.status) for one in answers] == [
        (number, 0) for number in range(8)
    ]
    assert len(receiver.files()) == 8


PROFILES = {
    "explicit-first": (ExplicitVRLittleEndian, JPEG2000),
    "pynetdicom-all": (ImplicitVRLittleEndian, JPEG2000),
    "pynetdicom-default": (ImplicitVRLittleEndian, None),
    "as-proposed": (JPEGBaseline8Bit, JPEG2000),
}


@pytest.mark.parametrize("profile", PROFILES)
def test_transfer_syntax_profiles(start_receiver: StartReceiver, profile: str) -> None:
    receiver = start_receiver(transfer_syntaxes=profile)
    contexts: list[tuple[int, str, list[str]]] = [
        (
            1,
            str(CTImageStorage),
            [JPEGBaseline8Bit, ImplicitVRLittleEndian, "1.2.840.10008.1.2.1"],
        ),
        (3, str(CTImageStorage), [JPEG2000]),
    ]
    several, single = PROFILES[profile]
    with Wire(receiver.port) as wire:
        results = wire.associate(associate_rq(contexts=contexts))
        wire.release()
    assert results[1] == (0, several)
    assert results[3] == ((0, single) if single else (4, JPEG2000))


def test_a_private_syntax_can_be_let_in(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver(accept_unknown_transfer_syntaxes="true")
    sample = ct(tmp_path, transfer_syntax=ImplicitVRLittleEndian)
    private = "1.2.840.113619.5.2"
    with Wire(receiver.port) as wire:
        results = wire.associate(
            associate_rq(contexts=[(1, str(CTImageStorage), [private])])
        )
        assert results == {1: (0, private)}
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()


@pytest.mark.parametrize("profile", ["pynetdicom-all", "pynetdicom-default"])
def test_contexts_are_judged_as_pynetdicom_judges_them(
    start_receiver: StartReceiver, profile: str
) -> None:
    """Generated proposals to both: the same syntax, or a difference that is named here with its reason."""
    from pydicom.uid import UID
    from pynetdicom import AllStoragePresentationContexts, evt
    from pynetdicom.presentation import PresentationContext

    reference = AE("NOCTIS")
    supported = (
        ALL_TRANSFER_SYNTAXES
        if profile == "pynetdicom-all"
        else ALL_TRANSFER_SYNTAXES[:4]
    )
    for context in AllStoragePresentationContexts:
        assert context.abstract_syntax is not None
        reference.add_supported_context(context.abstract_syntax, supported)
    reference.add_supported_context("1.2.840.10008.1.1", supported)
    server = reference.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_ECHO, lambda _: 0)]
    )
    assert server is not None
    ours = start_receiver(transfer_syntaxes=profile, accept_unknown_sop_classes="false")
    chance = random.Random(7)
    classes = [str(cx.abstract_syntax) for cx in AllStoragePresentationContexts]
    # Print management, worklist, a private class, Verification.
    classes += ["1.2.840.10008.5.1.1.9", "1.2.840.10008.5.1.4.31", "1.2.3.4"] * 10
    classes += ["1.2.840.10008.1.1"] * 10
    syntaxes = [*ALL_TRANSFER_SYNTAXES, "1.2.3.4.5"]
    differences: dict[str, tuple[object, object]] = {}
    try:
        for _ in range(25):
            proposed = []
            for number in range(1, 257, 2):
                context = PresentationContext()
                context.context_id = number
                context.abstract_syntax = UID(chance.choice(classes))
                context.transfer_syntax = [
                    UID(one) for one in chance.sample(syntaxes, chance.randint(1, 6))
                ]
                proposed.append(context)
            requests = associate_rq(
                contexts=[
                    (
                        cx.context_id,
                        str(cx.abstract_syntax),
                        list(map(str, cx.transfer_syntax)),
                    )
                    for cx in proposed
                    if cx.context_id is not None and cx.abstract_syntax
                ]
            )
            with Wire(server.server_address[1]) as wire:
                theirs = wire.associate(requests)
            with Wire(ours.port) as wire:
                mine = wire.associate(requests)
            for cx in proposed:
                assert cx.context_id is not None
                pair = theirs[cx.context_id], mine[cx.context_id]
                if pair[0] != pair[1]:
                    differences[str(cx.abstract_syntax)] = pair
    finally:
        server.shutdown()
    assert differences == {}
