{# Values: job, dsname (a data set of the clone), zaps (from imsclone.zap). #}
{% include "_job.jcl" %}
//* PUT THE CLONE'S NAMES INTO BLOCKS OF THE CLONE'S DATA SET, EACH
//* BEHIND A VER OF WHAT STANDS THERE.
//*
//ZAP      EXEC PGM=AMASPZAP
//SYSPRINT DD SYSOUT=*
//SYSLIB   DD DISP=OLD,DSN={{ dsname }}
//SYSIN    DD *
{% for zap in zaps %}
{{ zap.cards | data }}
{% endfor %}
/*
