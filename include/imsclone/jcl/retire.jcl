{# Values: job, catalogs (target). #}
{% include "_job.jcl" %}
//* LET GO OF THE PREVIOUS CLONE: ITS CATALOGS LEAVE THE MASTER CATALOG
//* WITH THEIR ALIASES. THE CATALOGS AND DATA SETS STAY ON THE VOLUMES.
//*
//RETIRE   EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for catalog in catalogs %}
 EXPORT {{ catalog.target }} DISCONNECT
{% endfor %}
/*
