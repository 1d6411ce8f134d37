const d=document.documentElement.dataset;d.script="";try{const t=localStorage.getItem("theme");if(t)d.theme=t}catch{}
