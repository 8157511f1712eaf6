{# The release of a suspended source. Values: imsids. #}
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for imsid in imsids %}
 RESUME IMSID({{ imsid }})
{% endfor %}
/*
