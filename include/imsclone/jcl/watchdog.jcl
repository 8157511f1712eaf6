{# Values: job, consistency (suspend or freeze), seconds, imsids, pairs, steplib.
   suspend releases the imsids, freeze the consistency group of the pairs. #}
{% include "_job.jcl" %}
/*JOBPARM RESTART=Y
//* THE SOURCE IS RELEASED WHEN ITS OUTAGE BUDGET IS SPENT, WHATEVER
//* HAS BECOME OF THE JOBS, WORKERS AND NETWORK THAT WERE TO DO IT.
//* CANCEL THIS JOB ONCE THE SOURCE IS KNOWN TO BE RELEASED.
//* AFTER A FAILURE OF THE SYSTEM JES2 EXECUTES IT AGAIN.
//* TIME=1440 KEEPS THE WAIT FROM ENDING IN AN S522 ABEND.
//*
//SLEEP    EXEC PGM=BPXBATCH,PARM='SH sleep {{ seconds }}',TIME=1440
//STDOUT   DD SYSOUT=*
//STDERR   DD SYSOUT=*
//*
{% if consistency == "freeze" %}
//* THAW THE CONSISTENCY GROUP. HARMLESS WHEN IT IS NOT FROZEN.
//*
//RELEASE  EXEC PGM=ADRDSSU,COND=EVEN
{% set verify = false %}
{% include "_thaw.jcl" %}
{% else %}
//* RESUME IMS. HARMLESS WHEN IT IS NOT SUSPENDED.
//*
//RELEASE  EXEC PGM=IMSSUSPD,COND=EVEN
{% include "_steplib.jcl" %}
{% include "_resume.jcl" %}
{% endif %}
