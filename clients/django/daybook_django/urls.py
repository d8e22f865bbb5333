from django.urls import path

from . import views

app_name = "daybook"

urlpatterns = [
    path("recordUser", views.record_user, name="record_user"),
    path("visualization", views.visualization, name="visualization"),
]
