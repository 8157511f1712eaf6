{# Values: job, library (data set name), members (member names). #}
{% include "_job.jcl" %}
//* DUMP LOAD MODULES TO FIND THE DATA SET NAMES AND IDS IN THEIR TEXT.
//* READS ONLY.
//*
//DUMP     EXEC PGM=AMASPZAP,PARM=IGNIDRFULL
//SYSPRINT DD SYSOUT=*
//SYSLIB   DD DISP=SHR,DSN={{ library }}
//SYSIN    DD *
{% for member in members %}
 DUMP {{ member }} ALL
{% endfor %}
/*
