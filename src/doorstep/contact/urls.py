from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from doorstep.contact import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("calls/", views.calls, name="calls"),
    path("calls/next", views.next_call, name="next-call"),
    path("calls/<uuid:task_id>/", views.call, name="call"),
    path("calls/<uuid:task_id>/clearance", views.clearance, name="call-clearance"),
    path("calls/<uuid:task_id>/party", views.party, name="call-party"),
    path("calls/<uuid:task_id>/outcome", views.outcome, name="call-outcome"),
    path("cases/<uuid:case_id>/calls", views.hand_dial, name="hand-dial"),
    path("cases/<uuid:case_id>/inbound", views.inbound, name="inbound"),
    path("messages/", views.messages, name="messages"),
    path("messages/texts", views.message_texts, name="message-texts"),
    path("messages/<uuid:message_id>/", views.message, name="message"),
    path("messages/<uuid:message_id>/resolution", views.resolution, name="message-resolution"),
]
