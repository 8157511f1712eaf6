{# Values: job, names (of user catalogs). #}
{% include "_job.jcl" %}
//* LIST ALL ENTRIES OF USER CATALOGS, A STEP FOR EACH. READS ONLY.
//*
{% for name in names %}
//LIST{{ loop.index }}    EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
 LISTCAT CATALOG({{ name }}) ALL
/*
{% endfor %}
