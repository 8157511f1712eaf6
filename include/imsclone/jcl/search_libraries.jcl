{# Values: job, libraries (data set names), words (names or serials to look for). #}
{% include "_job.jcl" %}
//* FIND WHICH MEMBERS OF A LIBRARY STILL HOLD NAMES OF THE SOURCE.
//*
{% for library in libraries %}
{% filter statement %}
//SRCH{{ loop.index }} EXEC PGM=ISRSUPC,PARM=(SRCHCMP,'ANYC')
{% endfilter %}

//NEWDD    DD DISP=SHR,DSN={{ library }}
//OUTDD    DD SYSOUT=*
//SYSIN    DD *
{% for word in words %}
 SRCHFOR {{ word | quoted }}
{% endfor %}
/*
{% endfor %}
