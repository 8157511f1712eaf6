{# Values: job, catalogs (target). #}
{% include "_job.jcl" %}
//* DELETE THE CLONE'S CATALOGS, WHICH ARE DEFINED ANEW. RECOVERY
//* LEAVES THE DATA SETS ON THEIR VOLUMES.
//*
//DELETE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for catalog in catalogs %}
 DELETE {{ catalog.target }} USERCATALOG RECOVERY
{% endfor %}
/*
