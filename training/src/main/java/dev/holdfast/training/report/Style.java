package dev.holdfast.training.report;

/** How the page looks: light and dark, from 390 pixels up, and on paper. */
final class Style {

  /** The colours are those of Okabe and Ito, told apart by the colour-blind; dashes help too. */
  static final String SHEET =
      """
      :root{color-scheme:light dark;--paper:#fbfaf7;--sheet:#fff;--ink:#1d2321;--soft:#5b6663;
      --line:#dcdfdb;--accent:#1f5f5b;--good:#1f5f5b;--good-paper:#e7f2ef;--alert:#9a3412;
      --alert-paper:#fdf1e7;--s0:#0072b2;--s1:#c65300;--s2:#008060;--s3:#a8508a;--s4:#7a6a00;
      --gap:#e9e7df}
      @media (prefers-color-scheme:dark){:root{--paper:#151918;--sheet:#1c2220;--ink:#e6eae7;
      --soft:#a3afab;--line:#323a37;--accent:#7cc7bf;--good:#8fd6c9;--good-paper:#18302c;
      --alert:#f3b184;--alert-paper:#33241a;--s0:#56b4e9;--s1:#f0904c;--s2:#3cc79b;--s3:#dd93c1;
      --s4:#d9c34a;--gap:#2a302d}}
      *{box-sizing:border-box}
      html{-webkit-text-size-adjust:100%}
      body{margin:0 auto;max-width:72rem;padding:1.25rem 1.25rem 3rem;background:var(--paper);
      color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI","Noto Sans","PingFang SC",
      "Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:break-word}
      a{color:var(--accent);text-underline-offset:.15em}
      :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
      .brand{margin:0;color:var(--accent);font-weight:600}
      h1{margin:0 0 .35rem;font-size:1.6rem;line-height:1.25;font-weight:650;overflow-wrap:anywhere}
      h2{margin:0 0 .5rem;font-size:1.25rem;line-height:1.3;font-weight:650}
      h3{margin:1.5rem 0 .35rem;font-size:1rem;font-weight:650}
      p,ul{margin:.35rem 0 .8rem;max-width:46rem}ul{padding-left:1.3rem}
      .asked{font-size:1.1rem;max-width:52rem;margin-bottom:1rem}
      section{margin:0 0 1.5rem;padding:1.1rem 1.35rem 1.2rem;background:var(--sheet);
      border:1px solid var(--line);border-radius:.5rem}
      .lead{font-size:1.05rem}
      .verdict{border-left:.3rem solid var(--good);background:var(--good-paper);
      padding:.6rem .9rem;margin:0 0 1.2rem;border-radius:0 .4rem .4rem 0}
      .verdict strong{color:var(--good);font-size:1.15rem}
      .verdict p{margin:.1rem 0 0;max-width:none}
      .refused{border-color:var(--alert);background:var(--alert-paper)}
      .refused strong{color:var(--alert)}
      .hundreds{display:grid;grid-template-columns:repeat(3,minmax(0,11rem));gap:1rem 2.5rem;
      margin:0 0 1rem;padding:0;list-style:none;max-width:none}
      .hundreds li{display:flex;flex-direction:column}
      .hundreds b{font-size:2rem;line-height:1.1;font-weight:650;font-variant-numeric:tabular-nums}
      .hundreds small{color:var(--soft);font-size:.85rem;line-height:1.3;margin:.15rem 0 .5rem;
      overflow-wrap:anywhere}
      .hundred{width:100%;display:block;margin-top:auto}
      .full{fill:var(--s1)}.void{fill:none;stroke:var(--soft);stroke-width:.7;opacity:.55}
      .first{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 2.5rem}
      .first h2{font-size:1.05rem}
      nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;margin:0 0 1.25rem;
      max-width:none;font-size:.9rem}
      .pair,.beside{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2.5rem}
      .pair>*{grid-row:span 3}.pair>figure{display:grid;grid-template-rows:subgrid;align-items:start}
      .beside h3{margin-top:.6rem}section>:last-child{margin-bottom:0}
      .small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));
      gap:0 1.5rem;margin-bottom:.5rem}
      .small>figure{grid-row:span 2;display:grid;grid-template-rows:subgrid;align-items:start}
      figure{margin:.6rem 0 1rem;max-width:33rem;break-inside:avoid;display:flex;
      flex-direction:column}
      figcaption{font-size:.9rem;margin-bottom:.5rem;color:var(--soft);flex:0 0 auto}
      figcaption strong{display:block;color:var(--ink);font-size:1rem}
      .chart{width:100%;height:auto;display:block}
      .tick,.label{font-size:12px;fill:var(--soft)}
      .label{fill:var(--ink)}
      .end{text-anchor:end}.middle{text-anchor:middle}.start{text-anchor:start}
      .grid{stroke:var(--line);stroke-width:1;fill:none}
      .guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;fill:none}
      .line{fill:none;stroke-width:2;stroke-linejoin:round}
      .s0{stroke:var(--s0)}.s1{stroke:var(--s1)}.s2{stroke:var(--s2)}.s3{stroke:var(--s3)}
      .s4{stroke:var(--s4)}
      .f0{fill:var(--s0)}.f1{fill:var(--s1)}.f2{fill:var(--s2)}.f3{fill:var(--s3)}.f4{fill:var(--s4)}
      .line.s0{stroke-width:2.6}.line.s1{stroke-dasharray:7 4}.line.s2{stroke-dasharray:2 3}
      .line.s3{stroke-dasharray:9 3 2 3}.line.s4{stroke-dasharray:14 4}
      .hint{fill:transparent;stroke:none}.hint:hover{fill-opacity:1}
      .hint.f0:hover{fill:var(--s0)}.hint.f1:hover{fill:var(--s1)}.hint.f2:hover{fill:var(--s2)}
      .hint.f3:hover{fill:var(--s3)}.hint.f4:hover{fill:var(--s4)}
      .range{fill:none;stroke-width:2}
      .history{stroke:var(--soft);stroke-width:5;fill:none;opacity:.6}
      .gap{fill:var(--gap)}
      .legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.3rem 0 0;padding:0;
      font-size:.85rem}
      .legend svg{margin-right:.4rem;vertical-align:middle}
      .interval{display:block;margin:0 0 0 auto}
      .bar{width:7rem;height:.7rem;display:block;margin-top:.35rem}
      .scroll{overflow-x:auto;margin:.5rem 0 1rem}
      table{border-collapse:collapse;font-size:.9rem}
      th,td{padding:.32rem 1.1rem .32rem 0;text-align:left;vertical-align:top;
      border-top:1px solid var(--line);min-width:3.2rem}
      th:last-child,td:last-child{padding-right:.2rem}
      thead th{border-top:0;color:var(--soft);font-size:.8rem;font-weight:500;vertical-align:bottom;
      line-height:1.25}
      tbody th{font-weight:500;max-width:18rem;min-width:8rem;overflow-wrap:anywhere}
      td:not(.n){max-width:26rem;min-width:6.5rem;overflow-wrap:anywhere}
      .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      thead .n{white-space:normal}
      .yes,.no{white-space:nowrap}.yes{color:var(--good)}.no{color:var(--alert);font-weight:650}
      dl{margin:.5rem 0 1rem}
      dl div{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:0 1rem;padding:.3rem 0;
      border-top:1px solid var(--line)}
      dt{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}
      dd{margin:0;overflow-wrap:anywhere;font-size:.95rem}
      footer{color:var(--soft);font-size:.85rem}
      @media (max-width:52rem){body{padding:1rem .75rem 2rem}section{padding:.9rem .9rem 1rem}
      .pair,.beside,.first{grid-template-columns:minmax(0,1fr)}
      .hundreds{gap:.75rem .9rem}.hundreds b{font-size:1.6rem}.hundreds small{font-size:.78rem}
      h1{font-size:1.3rem}.asked{font-size:1rem}.tick,.label{font-size:13.5px}
      th,td{padding-right:.75rem}.small{grid-template-columns:repeat(2,minmax(0,1fr));gap:0 1rem}}
      @media (max-width:30rem){dl div{grid-template-columns:minmax(0,1fr)}}
      @media print{:root{--paper:#fff;--sheet:#fff;--ink:#000;--soft:#444;--line:#bbb;--s0:#0072b2;
      --s1:#c65300;--s2:#008060;--s3:#a8508a;--s4:#7a6a00;--good:#1f5f5b;--good-paper:#fff;
      --alert:#9a3412;--alert-paper:#fff;--gap:#eee;--accent:#000}
      html{font-size:9.5pt}body{max-width:none;padding:0}
      .pair,.beside,.first{grid-template-columns:repeat(2,minmax(0,1fr))}.small{grid-template-columns:repeat(4,minmax(0,1fr))}
     section{border:0;padding:0;margin-bottom:.8rem}
      nav{display:none}tr,figure,dl div{break-inside:avoid}h2,h3{break-after:avoid}
      .scroll{overflow:visible}table{font-size:7.5pt}th,td{padding-right:.5rem;min-width:0}
      td:not(.n),tbody th{min-width:4rem}.interval{width:5rem}.bar{width:4rem}thead{display:table-header-group}}
      """;

  private Style() {}
}
