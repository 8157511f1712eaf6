{# Values: job, pairs (source, target), copy_mode. #}
{% include "_job.jcl" %}
//* THE SOURCE IMS IS DOWN, SO ITS VOLUMES ARE CONSISTENT AS THEY ARE.
//* THE TARGETS GO OFFLINE WITH THE SOURCES' SERIALS.
//*
//COPY     EXEC PGM=ADRDSSU
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% set freeze = false %}
{% include "_copies.jcl" %}
/*
