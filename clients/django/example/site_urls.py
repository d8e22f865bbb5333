from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html")),
    path("about", TemplateView.as_view(template_name="about.html")),
    path("contact", TemplateView.as_view(template_name="contact.html")),
    # recordUser and visualization
    path("", include("daybook_django.urls")),
]
