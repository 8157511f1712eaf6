{# Values: job, databases (target: data sets and clusters of the clone). #}
{% include "_job.jcl" %}
//* DELETE FROM THE CLONE THE DATABASE DATA SETS THAT CAME ALONG ON THE
//* VOLUMES OF ITS SYSTEM DATA SETS. THEIR DEFINITIONS STAY.
//*
//SCRATCH  EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for database in databases %}
 DELETE {{ database.target }} PURGE
 IF LASTCC = 8 THEN SET LASTCC = 0
{% endfor %}
/*
