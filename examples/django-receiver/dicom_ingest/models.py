"""Rows as NoctisPro's models have them, as far as a received object fills them."""

from django.conf import settings
from django.db import models


class Facility(models.Model):
    """A hospital. A blank title takes what no other title matches."""

    name = models.CharField(max_length=200)
    license_number = models.CharField(max_length=100, unique=True)
    ae_title = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="assigned_facilities", blank=True)


class Patient(models.Model):
    """A patient."""

    patient_id = models.CharField(max_length=50, unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    date_of_birth = models.DateField()
    gender = models.CharField(max_length=1, choices=[("M", "Male"), ("F", "Female"), ("O", "Other")])


class Modality(models.Model):
    """A kind of device."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)


class Study(models.Model):
    """A study."""

    study_instance_uid = models.CharField(max_length=100, unique=True)
    accession_number = models.CharField(max_length=50)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    modality = models.ForeignKey(Modality, on_delete=models.PROTECT)
    study_description = models.CharField(max_length=200)
    study_date = models.DateTimeField()
    referring_physician = models.CharField(max_length=100, blank=True)
    body_part = models.CharField(max_length=50, blank=True)
    status = models.CharField(max_length=20, default="scheduled")
    priority = models.CharField(max_length=20, default="normal")


class Series(models.Model):
    """A series."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE)
    series_instance_uid = models.CharField(max_length=100, unique=True)
    series_number = models.IntegerField()
    series_description = models.CharField(max_length=200, blank=True)
    modality = models.CharField(max_length=10)
    body_part = models.CharField(max_length=50, blank=True)
    slice_thickness = models.FloatField(null=True)
    pixel_spacing = models.CharField(max_length=50, blank=True)
    image_orientation = models.CharField(max_length=100, blank=True)


class DicomImage(models.Model):
    """An object."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE)
    sop_instance_uid = models.CharField(max_length=100, unique=True)
    instance_number = models.IntegerField()
    image_position = models.CharField(max_length=100, blank=True)
    slice_location = models.FloatField(null=True)
    file_path = models.CharField(max_length=512)
    file_size = models.BigIntegerField()
    thumbnail = models.CharField(max_length=200, blank=True)
    processed = models.BooleanField(default=False)
    stored_at = models.CharField(max_length=32)
    """`time` of the event that the row is from: an older one changes nothing."""


class IngestedEvent(models.Model):
    """An event that has had its effect."""

    event_id = models.CharField(max_length=36, unique=True)
    sop_instance_uid = models.CharField(max_length=64)
