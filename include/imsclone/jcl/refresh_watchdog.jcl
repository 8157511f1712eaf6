{# Values: job, seconds, steplib, imsplex, route (IMS ids), wait (seconds), release (command, laid out). #}
{% include "_job.jcl" %}
/*JOBPARM RESTART=Y
//* THE SOURCE'S DATABASES ARE RELEASED WHEN THE OUTAGE BUDGET IS
//* SPENT, WHATEVER HAS BECOME OF THE JOBS, WORKERS AND NETWORK THAT
//* WERE TO DO IT. CANCEL THIS JOB ONCE THEY ARE KNOWN TO BE RELEASED.
//* AFTER A FAILURE OF THE SYSTEM JES2 EXECUTES IT AGAIN.
//* TIME=1440 KEEPS THE WAIT FROM ENDING IN AN S522 ABEND.
//*
//SLEEP    EXEC PGM=BPXBATCH,PARM='SH sleep {{ seconds }}',TIME=1440
//STDOUT   DD SYSOUT=*
//STDERR   DD SYSOUT=*
//*
{% filter statement %}
//RELEASE EXEC PGM=CSLUSPOC,PARM='IMSPLEX={{ imsplex }},ROUTE=({{ route | listed }}),WAIT={{ wait }},F=WRAP',COND=EVEN
{% endfilter %}

{% set command = release %}
{% include "_spoc.jcl" %}
