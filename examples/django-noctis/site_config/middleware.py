"""What comes before every view: who somebody is, and what a page may do."""

from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseRedirect

OPEN = ("/login/", "/static/")
PUBLIC = ("/dicom-viewer/",)
"""What the session of a public link may ask for; DICOMweb is not among it."""


def require_login(get_response):
    """Sends strangers to the login, and keeps public sessions to what is theirs."""

    def middleware(request):
        who = request.session.get("who")
        if not who and not request.path.startswith(OPEN):
            return HttpResponseRedirect("/login/")
        if who == "public" and not request.path.startswith(OPEN + PUBLIC):
            return HttpResponseForbidden()
        return get_response(request)

    return middleware


def content_security_policy(get_response):
    """Adds the policy, and a year to what lies under /static/, whatever its name, as NoctisPro's nginx does."""

    def middleware(request):
        response = get_response(request)
        if settings.CONTENT_SECURITY_POLICY:
            response["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY
        if request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return middleware
