{# Values: job, catalogs (target), volsers (of the clone's volumes). #}
{% include "_job.jcl" %}
//* COMPARE EACH CATALOG WITH THE VVDSS OF THE CLONE'S VOLUMES, BOTH
//* WAYS, AND LIST WHAT THE CATALOGS HOLD.
//*
{% for catalog in catalogs %}
{% set number = loop.index %}
//DIAG{{ number }}    EXEC PGM=IDCAMS
{% include "_diagnose.jcl" %}
//LIST{{ number }}    EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 LISTCAT CATALOG({{ catalog.target }}) ALL
/*
{% endfor %}
