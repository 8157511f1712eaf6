{# Values: job, dsname (a data set of the clone). #}
{% include "_job.jcl" %}
//* DUMP A DATA SET BLOCK BY BLOCK TO FIND THE NAMES IN IT. READS ONLY.
//*
//DUMP     EXEC PGM=AMASPZAP
//SYSPRINT DD SYSOUT=*
//SYSLIB   DD DISP=SHR,DSN={{ dsname }}
//SYSIN    DD *
 ABSDUMP ALL
/*
