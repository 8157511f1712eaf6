{# Values: job, imsids, timeout (seconds), steplib. #}
{% include "_job.jcl" %}
//* IMS STOPS UPDATES AND LOG WRITES UNTIL SOMEBODY HAS COPIED ITS
//* VOLUMES. ITS OWN TIMER RELEASES IT.
//*
//SUSPEND  EXEC PGM=IMSSUSPD
{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for imsid in imsids %}
 SUSPEND IMSID({{ imsid }}) TIMEOUT({{ timeout }})
{% endfor %}
/*
