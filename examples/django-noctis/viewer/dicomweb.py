"""The part of DICOMweb that gives raw objects: QIDO-RS by accession number, series of a study, and WADO-RS."""

from django.http import Http404, HttpResponse, JsonResponse

from viewer.library import find, library


def _listed(request, entries):
    """JSON, for who takes that: the site's framework knows no type of DICOM's own."""
    if not request.accepts("application/json"):
        return JsonResponse({"detail": "cannot be given as that"}, status=406)
    return JsonResponse(entries, safe=False)


def _uid(tag, uid):
    return {tag: {"vr": "UI", "Value": [uid]}}


def studies(request):
    """Studies whose accession number holds the given one."""
    wanted = request.GET.get("AccessionNumber", "")
    return _listed(
        request,
        [_uid("0020000D", study.uid) for study in library() if wanted in str(study.header.get("AccessionNumber", ""))],
    )


def series(request, study):
    """The series of a study."""
    found = find(library(), uid=study)
    if found is None:
        raise Http404
    return _listed(request, [_uid("0020000E", one.uid) for one in found.series])


def instance(request, study, series, instance):
    """An object, as it is stored."""
    found = find(library(), uid=study)
    one = found and find(found.series, uid=series)
    image = one and find(one.images, uid=instance)
    if image is None:
        raise Http404
    response = HttpResponse(image.path.read_bytes(), content_type="application/dicom")
    response["Cache-Control"] = "no-store"
    return response
