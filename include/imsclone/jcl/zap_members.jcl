{# Values: job, library (data set name), zaps (from imsclone.zap). #}
{% include "_job.jcl" %}
//* PUT THE CLONE'S NAMES INTO THE CLONE'S LOAD MODULES. EACH REP IS
//* BEHIND A VER: WHAT IS NOT THE SOURCE'S NAME IS NOT TOUCHED.
//*
//ZAP      EXEC PGM=AMASPZAP,PARM=IGNIDRFULL
//SYSPRINT DD SYSOUT=*
//SYSLIB   DD DISP=OLD,DSN={{ library }}
//SYSIN    DD *
{% for zap in zaps %}
{{ zap.cards | data }}
{% endfor %}
/*
