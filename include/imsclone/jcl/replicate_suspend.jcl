{# Values: job, pairs (source, target), imsids, timeout (seconds), copy_mode, steplib. #}
{% include "_job.jcl" %}
//* 1 IMS STOPS UPDATES AND LOG WRITES. ITS OWN TIMER RELEASES IT.
//*
{% include "_hold.jcl" %}
//* 2 ALL VOLUMES ARE COPIED AT ONE POINT IN TIME, BY FLASHCOPY OR NOT
//*   AT ALL. THE TARGETS GO OFFLINE WITH THE SOURCES' SERIALS.
//*
//COPY     EXEC PGM=ADRDSSU,COND=(0,NE,SUSPEND)
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% set freeze = false %}
{% include "_copies.jcl" %}
/*
//* 3 IMS GOES ON, WHATEVER HAPPENED ABOVE.
//*
//RESUME   EXEC PGM=IMSSUSPD,COND=EVEN
{% include "_steplib.jcl" %}
{% include "_resume.jcl" %}
