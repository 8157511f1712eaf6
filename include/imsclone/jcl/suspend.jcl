{# Values: job, imsids, timeout (seconds), steplib. #}
{% include "_job.jcl" %}
//* IMS STOPS UPDATES AND LOG WRITES UNTIL SOMEBODY HAS COPIED ITS
//* VOLUMES. ITS OWN TIMER RELEASES IT.
//*
{% include "_hold.jcl" %}
