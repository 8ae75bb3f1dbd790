"""Names that are also ordinary words, so that one alone is not taken for a person."""

from __future__ import annotations

_GIVEN_TEXT = (
    "abbey ace amber angel angelica april art ash aspen aurora autumn basil bay bella berry beryl bill billy bishop "
    "blaze bliss blue bob bonnie brandy brave breeze brook buck bud buddy candy carol carole chance charity chase "
    "cherry chip chuck christian clay cliff clover colt constance cookie coral crystal cuba curt dale daisy dandy dash "
    "dawn dean destiny diamond dick dixie don dot drew duke dusty earl ebony eden ember eve faith fawn fern fleur "
    "flora florence forest fox francis frank friday gay gem gene genesis georgia ginger glen glory grace grant guy "
    "happy harmony haven hazel heath heather holly honey hope hunter iris ivy jack jade jasmine jay jean jersey jet "
    "jewel jordan joy june justice kit king lacy lance lark laurel leaf lee lily lotus lou love lucky mace magnolia "
    "major marina mark marsh martin mason may melody mercy merit merry miles mint misty monty moor moses myrtle nan "
    "nick noble norm nova oak olive opal page pansy paris pat patience patsy pearl peg penny pepper perry piper pip "
    "poppy precious price prince princess prudence queen ray reed reef rich river rob robin rock rocky roman rose "
    "rosemary rowan ruby rusty ruth sage sandy sapphire saint sally savannah scarlet scout shade shell sherry sky "
    "skip skye sol sonny star stella sterling stone storm sue summer sunday sunny sydney tab tad tamar tawny temple "
    "terry tiger tim toby tom tony tracy troy tuesday unity ursula val van verity victor victoria viola violet "
    "virginia wade walker ward warren wayne wednesday west will willow winter wolf woody wren young zest"
)
_FAMILY_TEXT = (
    "abbot akin alder archer ashes back bacon bailey baker ball bank banks barber bard barge barker barley barn baron "
    "bass batten beach bead beam bean bear beard beck bell bench best bird bishop black blackburn blackwell blake blank "
    "blood bloom blow blunt board body bolt bond bone boot born botham bow bowl bowler box boy bradford brain branch "
    "brand brass bray bread breed brewer brick bride bridge bridges briggs bright bristol brook brooks broom brown "
    "brush buck buckle bull bullock burden burn burns bush bushel butcher butler butt butter button bye byte cable "
    "call camp cane cannon canon card care carpenter carr cart carter carver case cash castle catch cave chain chalk "
    "chamber chambers champion chance chancellor chandler change chapel chaplain chapman charge chase cheek cheese chest "
    "church city clark clarke clay clement clerk cliff close cloud coach coal coast coates coe coffee coke cold cole "
    "coles collar comfort common constable cook coombes cooper cope corn corner cotton court coward cox craft crane cream "
    "creed cress crisp croft cross crow crown crust cull cup curry curtain cutter cutting dale dance darling dash davenport "
    "daw day days deal dear dee deed deep derby dew dexter dial dick diggle dill disney dish dodge dogood dollar doors "
    "dove down drain drake draper draw drew drink driver drum duck duff duke dunn durham dyer eagle earl early east "
    "easter eke elder else ely end england english even ever exeter eye eyre fair fairweather faith falcon fall far "
    "farmer farthing fast favour fear feather fell fence fern ferry few field fields fine finch fire first fish fisher "
    "fitter flag fleet fletcher flint flood flower flowers foot forbes force ford foreman forest forester forge forward "
    "foster fountain fowler fox frame france franks free freeman french friend frost fry full fuller furnace gain gale "
    "gall game gardener gardiner garland garner garnet gate gates gay gent german gift gill glass glazer glove glover gold "
    "golden good goodall goodbody goodfellow goodman goods goose gore grain granger grave graves gray great green greens "
    "grey grove grave ground guest guide gull gunn gunner guy hack hail hale hall halls ham hand handy hands happy hard "
    "harden hardy hare harper harp hart harvest hatch hatter haven hawk hawker hay hayes head heard heart heath heather "
    "hedge hedges held helm help herd hewer hide high hill hills hire hive hobbs hobby hog hold holder hole holiday holland "
    "hollow holly holmes home hood hook hooper hope hopper horn horne horse hound house how howe hull hunt hunter hurst "
    "husband hyde inch ingredient inman ireland iron irons island ivory jack jam jay jewel john join joiner jolly joy judge "
    "jump just keen keep keeper kettle key keys kidd kind king kirk kitchen kite knight knock knot lacey lack ladd lady lake "
    "lamb lamp lancaster lance land lane lang large lark last late latch law laws lawless lay leach leader leaf lee leek leeds "
    "less letter level light lilly lime line lion list little lloyd load loader lock lodge long longman looker loom lord "
    "loss love lovejoy low lowe luck lumb lynch mace major making man manger manners manning march marine mark marks "
    "marsh marshall marten mason mass massey masters mate may mayer mayor mead meadows mean means meek mercer mercy merry "
    "miles mill miller mills milner miner mint mitten moat mole monk month moody moon moor moore moors more morrow moss "
    "moth mould mount mountain mouse mudd mule mustard nail nation need neighbour new newman news newton nice nickel night "
    "noble noon norman north nought now nunn nurse nutt nutter oak oakes oats oliver only orange orchard outlaw over owens "
    "pack packer page pain paine painter pair palace pale palmer pain park parker parks parrot parson parsons part partridge "
    "pass past patch patience patten pay paver peace peach peacock pear pearl peel pegg pen pence penfold penny pepper perch "
    "person philips pick pickle pie pierce pike pile pilgrim pilot pink pipe piper pitt place plain plank plant platt play "
    "player plum plumb plumber plummer pocket point pole pond pool poole poor pope port porter post pot potter pott pound "
    "powder power preacher preston price priest prince print prior proctor prophet proud pryor punter purse quick quill race rain "
    "raine rains ram ramp ranger rank ransom raven ray read reader reading real reddy reed reeves rice rich riches rider "
    "ridge ridley right ring rings rise rivers roach road roads robin rock rod rogers rock roller rolls rome room roots rope "
    "rose rot round rowe royal rudd rugg rule rush rusk russell rust rye sack saddler sadler sage sail sailor saint sale sales "
    "salmon salt salter sand sands sandy savage savory saw sawyer say sayer scales scholar school scott sea seal seaman "
    "search see seed self sell seller senior service settle sewell sexton shade shadow sharp sharpe shaw shed shell "
    "shepherd sheriff shield shine ship shore short shot shout shrub shute sick side silk silver simple singer sire "
    "skill skinner skipper slater slaughter sleep sleight sly small smart smoke snow song sorrow soul south sparks sparrow "
    "spear speed spence spencer spice spike spinner spooner spring springer spurr square squire stable stack stacey staff stain "
    "stamp stand star stark starling starr stars stead steel steele steer step sterling stern steward stewart still stirling stock "
    "stocks stone stones storer storey story stout straw street stride string strong stubbs such sugar summer summers sumner swain "
    "swallow swan sweet sweeting swift sword swords table tailor tall tanner taylor teal teller temple tempest tench tennant thatcher "
    "thick thorn thorne thrower thrush tiller time timmins tipping tolls tongue toogood tool town towns townsend trainer "
    "travel travers tree treasure trench trick trigger trip trott trout true trump tuck tucker tunnel turner twist tyler "
    "tyre underhill upright usher vale valentine van vane venn verity vicar vicars vine virtue wade waggoner wake wakeman wales walk "
    "walker wall waller walls wallop ward warden wardle ware warmer warner warren wash waterman waters watt watts waters way wayman "
    "ways weaver webb weeks weight wells west western whale wheat wheel wheeler whip white whitehead whyte wick wicks wild wilder "
    "will wills wilt winch wind winder wing wings winner winter winters wise wish wit wolf wolfe wood woodland woodman woods woodward "
    "wool work workman worm worth wray wren wright writer yard yarn yates year yeoman york young youngman"
)
_MONTHS_TEXT = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter easter christmas"
)
# Countries and cities that are names too are left to what stands beside them.
_PLACES_TEXT = (
    "bath bolton boston bradford bristol burnley bury chelsea chester clifton cork coventry derby devon durham ely "
    "exeter florence georgia glen halifax hamilton hastings holland ireland israel jordan kent kingston lancaster leeds "
    "leicester lincoln london luton melbourne milton morley newport newton nottingham oxford paris perth preston "
    "reading scotland selby sheffield somerset stafford stirling stockport sutton sydney victoria virginia wales "
    "walsall warrington warwick washington wells wigan winchester windsor worcester york"
)
# Words that a tagger may bring along, and that no text should lose everywhere.
_PLAIN_TEXT = (
    "the and for you your his her him she they them their our with from this that was were are not but all any can "
    "has had have who what when where why how yes one two use dad mum mother father son daughter brother sister aunt "
    "uncle client claimant patient tenant customer applicant appellant respondent defendant officer manager doctor "
    "nurse teacher team office council court home street road address name dear regards thanks please hello"
)

# Two letters that are seldom a name.
_SHORT_TEXT = (
    "am an as at be by co do dr eh eu go ha he hi id if in is it la le me mr ms my no of oh ok on or pm rd re so st "
    "to uk un up us we"
)

SHORT = frozenset(_SHORT_TEXT.split())
PLACES = frozenset(_PLACES_TEXT.split())
CALENDAR = frozenset(_MONTHS_TEXT.split())
ORDINARY = frozenset(
    f"{_GIVEN_TEXT} {_FAMILY_TEXT} {_MONTHS_TEXT} {_PLACES_TEXT} {_PLAIN_TEXT}".split()
)
NEVER = frozenset(_PLAIN_TEXT.split())

# Words that open sentences, letters and forms, and name nobody when they stand alone.
_OPENING_TEXT = (
    "answer ask call check colleague colleagues compare count client caller customer date dear describe draft "
    "enclosed explain find from give hello list make message messages name please reference regarding reply "
    "report ring say send sender show subject summarise summarize tell thanks translate write yours"
)
OPENING = frozenset(_OPENING_TEXT.split())
