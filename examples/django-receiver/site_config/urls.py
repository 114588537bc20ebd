"""The two addresses that the gateway calls."""

from dicom_ingest import views
from django.urls import path

urlpatterns = [
    path("api/dicom/ingest", views.ingest),
    path("api/dicom/session", views.session),
]
