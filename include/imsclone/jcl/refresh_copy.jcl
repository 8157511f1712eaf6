{# Values: job, mover, steplib, imsplex, route (IMS ids), wait (seconds), held (true, false), hold, release (commands, laid out),
   copies (statements, laid out). #}
{% include "_job.jcl" %}
{% if held %}
//* 1 IMS HOLDS THE DATABASES. A WATCHDOG JOB RELEASES THEM, TOO.
//*
{% filter statement %}
//HOLD EXEC PGM=CSLUSPOC,PARM='IMSPLEX={{ imsplex }},ROUTE=({{ route | listed }}),WAIT={{ wait }},F=WRAP'
{% endfilter %}

{% set command = hold %}
{% include "_spoc.jcl" %}
{% endif %}
{% if mover == "emcsnap" %}
//* 2 DATA SETS ARE COPIED BY TIMEFINDER/CLONE. ITS LIBRARY IS IN THE
//*   LINK LIST, OR A SITE'S OWN TEMPLATE HAS A STEPLIB HERE.
//*
//COPY     EXEC PGM=EMCSNAP{% if held %},COND=(0,NE,HOLD){% endif %}

//SYSOUT   DD SYSOUT=*
//QCOUTPUT DD SYSOUT=*
//QCINPUT  DD *
{% else %}
//* 2 DATA SETS ARE COPIED BY FLASHCOPY OR NOT AT ALL.
//*
//COPY     EXEC PGM=ADRDSSU{% if held %},COND=(0,NE,HOLD){% endif %}

//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% endif %}
{% for statement in copies %}
{{ statement }}
{% endfor %}
/*
{% if held %}
//* 3 IMS GOES ON, WHATEVER HAPPENED ABOVE.
//*
{% filter statement %}
//RELEASE EXEC PGM=CSLUSPOC,PARM='IMSPLEX={{ imsplex }},ROUTE=({{ route | listed }}),WAIT={{ wait }},F=WRAP',COND=EVEN
{% endfilter %}

{% set command = release %}
{% include "_spoc.jcl" %}
{% endif %}
