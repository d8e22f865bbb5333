from django.urls import include, path

urlpatterns = [path("", include("daybook_django.urls"))]
