"""The addresses of NoctisPro's viewer, as far as its page uses them."""

from django.conf import settings
from django.contrib.staticfiles.views import serve as serve_source
from django.urls import path
from django.views.static import serve
from viewer import bone, dicomweb, notes, pages, pixels, reconstruction, studies

API = "dicom-viewer/api"


def static(request, path):
    """Static files: those that were collected where names are hashed, else from where they are."""
    if settings.MANIFEST:
        return serve(request, path, document_root=settings.STATIC_ROOT)
    return serve_source(request, path, insecure=True)


urlpatterns = [
    path("login/", pages.login),
    path("static/<path:path>", static),
    path("dicom-viewer/", pages.v2),
    path("dicom-viewer/v1/", pages.v1),
    path("dicom-viewer/minimal/", pages.minimal),
    path(f"{API}/study/<int:number>/data/", studies.data),
    path(f"{API}/study/<int:number>/related/", studies.related),
    path("dicom-viewer/series/<int:number>/images/", studies.images),
    path(f"{API}/image/<int:number>/data/", pixels.data),
    path(f"{API}/image/<int:number>/display/", pixels.display),
    path(f"{API}/image/<int:number>/render.png", pixels.picture),
    path(f"{API}/series/<int:number>/mpr/", reconstruction.mpr),
    path(f"{API}/series/<int:number>/mip/", reconstruction.mip),
    path(f"{API}/series/<int:number>/bone/", bone.bone),
    path(f"{API}/mpr-slice/<int:number>/<str:plane>/<int:index>/", reconstruction.plane),
    path(f"{API}/hu/", reconstruction.hu),
    path("dicom-viewer/measurements/save/", notes.save_measurement),
    path("dicom-viewer/measurements/<int:number>/", notes.measurements),
    path("dicom-viewer/annotations/save/", notes.save_annotation),
    path("dicom-viewer/annotations/<int:number>/", notes.annotations),
    path("dicom-viewer/session/save/", notes.save_session),
    path("dicomweb/studies/", dicomweb.studies),
    path("dicomweb/studies/<str:study>/series/", dicomweb.series),
    path("dicomweb/studies/<str:study>/series/<str:series>/instances/<str:instance>", dicomweb.instance),
]
