{# A step's PARM and DDs for the batch SPOC utility. Values: imsplex, route (IMS ids), wait (seconds), steplib, command
   (laid out); the step's EXEC stands before. #}
{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{{ command }}
/*
