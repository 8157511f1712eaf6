{# The step that suspends a source. Values: imsids, timeout (seconds), steplib. #}
//SUSPEND  EXEC PGM=IMSSUSPD
{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for imsid in imsids %}
 SUSPEND IMSID({{ imsid }}) TIMEOUT({{ timeout }})
{% endfor %}
/*
