"""The pages, and the login."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie


def login(request):
    """Logs a person in without asking for more: `?as=staff`, or `?as=public` for somebody with a public link."""
    who = request.GET.get("as")
    if who not in ("staff", "public"):
        return HttpResponse("log in with ?as=staff or ?as=public", content_type="text/plain", status=401)
    request.session["who"] = who
    return redirect(request.GET.get("next", "/dicom-viewer/?study=1"))


def _page(request, template):
    version = settings.VERSION
    adapter = request.GET.get("adapter", "1")
    context = {
        "public": request.session["who"] == "public",
        "sdk": f"wasm/{version}/noctis-viewer.js",
        "adapter": f"wasm/{version}/noctis-adapter.js",
        "assets": f"{settings.STATIC_URL}wasm/{version}/",
        "has_adapter": adapter == "1" and (settings.WASM / "noctis-adapter.js").is_file(),
        "configuration": {"assetsUrl": f"{settings.STATIC_URL}wasm/{version}/"},
        "flags": request.GET.get("noctis", ""),
    }
    return render(request, template, context)


@ensure_csrf_cookie
def v2(request):
    """The page as NoctisPro has it now."""
    return _page(request, "v2.html")


@ensure_csrf_cookie
def v1(request):
    """The page as it was in 2025."""
    return _page(request, "v1.html")


def minimal(request):
    """A page whose classic script loads the package by itself."""
    return _page(request, "minimal.html")
