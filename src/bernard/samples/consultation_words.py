"""What the people of an invented town say about a street: parts that `consultation_build` puts together."""

from __future__ import annotations

# By theme: for or against or neither, ways to begin, and ways to go on. All of it is made up.
THEMES: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "safer": (
        "for",
        "Safer for children and people on foot",
        "Fewer cars would make it safer to walk and for children to be out.",
        (
            "At the moment I have to hold my daughter's hand the whole length of the street",
            "Two cars have mounted the pavement outside the bakery this year alone",
            "The pavements are so narrow that prams end up in the road",
            "My grandson was nearly knocked over by a van reversing near the fish shop",
            "Drivers speed past the crossing as if nobody were there",
            "It is frightening to cross by the chapel on a Saturday",
        ),
        (
            "and without traffic the children could walk to the beach by themselves.",
            "so anything that keeps cars away from people on foot is welcome.",
            "and I would feel a great deal safer if cars were kept out.",
            "which is why families would be safer under this plan.",
        ),
    ),
    "air": (
        "for",
        "Cleaner air and less noise",
        "Less exhaust and engine noise on the street.",
        (
            "The fumes from queueing cars are dreadful in July",
            "I have asthma and the exhaust at the top of the hill sets it off",
            "You cannot hear yourself talk outside the café for engines",
            "Idling cars outside the library make the air unpleasant to breathe",
            "The air on Harbour Street smells of diesel every weekend",
        ),
        (
            "and two days of cleaner air each week would be a start.",
            "so less traffic would mean less pollution and less noise.",
            "and I would sit out there far more if it were quiet and the air were fresh.",
            "which harms everybody who lives above the shops.",
        ),
    ),
    "trade": (
        "for",
        "Good for shops and cafés",
        "More visitors on foot would bring trade.",
        (
            "People on foot stop and buy things, and people in cars drive through",
            "When the road was dug up last spring our takings at the tea room went up",
            "Other seaside towns that did this have seen their high streets fill again",
            "Visitors would linger if they could sit outside",
            "Room for tables on the road would double what the cafés can serve",
        ),
        (
            "so the shops should do better, not worse.",
            "and the town badly needs the extra trade.",
            "which would bring money in from further away.",
            "and that is good for local jobs.",
        ),
    ),
    "events": (
        "for",
        "Room for markets and events",
        "The street could hold markets, music and community events.",
        (
            "We could have the farmers' market back where it used to be",
            "The brass band has had nowhere to play since the bandstand was taken down",
            "A craft market every Sunday would give young makers a chance",
            "The lantern parade shows how well the street works with no cars in it",
        ),
        (
            "and the street would become the heart of the town.",
            "so please use the space for events that bring people together.",
            "and I would gladly help to run something.",
        ),
    ),
    "access": (
        "against",
        "Harder for disabled and older people",
        "People who cannot walk far would lose access to shops and services.",
        (
            "I have a Blue Badge and cannot walk from the car park on the hill",
            "My mother uses a wheelchair and relies on being dropped at the chemist's door",
            "Older people like me cannot manage the slope from Ferry Road",
            "My husband has Parkinson's and needs to park within a few yards",
            "You have not thought about people who cannot walk far",
        ),
        (
            "so this would shut disabled people out of their own town.",
            "and there is no mention of Blue Badge spaces in the plan.",
            "which means that we could not come at weekends at all.",
            "so please keep access for those who have no choice but to drive.",
        ),
    ),
    "lost trade": (
        "against",
        "Shops would lose customers",
        "Customers who drive would go elsewhere.",
        (
            "Most of my customers at the hardware shop come by car because they buy heavy things",
            "People will simply drive to the retail park instead",
            "Saturday is when I take half of my week's money",
            "The butcher and the greengrocer are only just holding on as it is",
            "Nobody is going to carry a week's shopping up to the top car park",
        ),
        (
            "and closing the road will finish small shops off.",
            "so you are going to kill the high street.",
            "and I do not see how my business would survive it.",
            "which will mean yet more empty windows.",
        ),
    ),
    "side streets": (
        "against",
        "Traffic and parking pushed into side streets",
        "Cars would move to nearby streets where people live.",
        (
            "All that traffic has to go somewhere, and it will come down Limpet Lane",
            "We can hardly park outside our own houses in Anchor Terrace now",
            "Chapel Row is already a rat run when the bridge is shut",
            "Visitors will leave their cars across our drives",
        ),
        (
            "so the residents of the side streets pay the price.",
            "and nobody has said what will be done about parking there.",
            "which moves the problem and does not solve it.",
            "and a residents' permit scheme would have to come first.",
        ),
    ),
    "deliveries": (
        "against",
        "Deliveries and tradespeople",
        "Businesses and residents need vans to reach them.",
        (
            "Our fish comes by van at nine on a Saturday and cannot wait until Monday",
            "I am a plumber and half of my weekend calls are above those shops",
            "The flats over the bank have no back door for removals or deliveries",
            "Guest houses change their laundry over on Saturdays",
        ),
        (
            "so there must be a way in for deliveries.",
            "and an early morning loading window is the least that we need.",
            "and the plan does not say how vans would get through.",
        ),
    ),
    "cost": (
        "against",
        "A waste of money",
        "The council should spend its money on other things.",
        (
            "You have just closed the library on Wednesdays to save money",
            "The potholes on Ferry Road have been there for three winters",
            "Barriers, signs and wardens will cost a fortune",
            "Council tax goes up every year and this is what it goes on",
        ),
        (
            "so this is a waste of public money.",
            "and there are far better things to spend it on.",
            "and I would rather that you mended the roads.",
        ),
    ),
    "buses": (
        "neither",
        "Better buses and park and ride",
        "People need another way to get there.",
        (
            "There is no bus from the villages after half past four on a Saturday",
            "The 12 would have to go round by the station and lose its stop at the market cross",
            "A park and ride from the rugby club would make all of this possible",
            "The last bus on Sunday leaves before the shops shut",
        ),
        (
            "so put on better buses before you take cars away.",
            "and until there are more buses people have to drive.",
            "and cheap, frequent buses have to be part of the plan.",
        ),
    ),
    "trial": (
        "neither",
        "Try it first, or in summer only",
        "Start with a trial, or with some months or hours.",
        (
            "Why not try it for one summer and count what happens",
            "In January there is nobody about and no need for it",
            "Sundays alone would be a sensible compromise",
            "Closing from ten until four would be enough",
        ),
        (
            "and then ask us again.",
            "so I would support a trial with proper figures at the end.",
            "and keep the road open out of season.",
        ),
    ),
}

JOINS = (" ", " ", " Also, ", " And ", " On top of that, ", " Then again, ", "\n\n", " ")
OPENINGS = (
    "",
    "",
    "",
    "",
    "I think that this matters. ",
    "I have lived here all my life. ",
    "To be frank, ",
)
CLOSINGS = ("", "", "", "", " Thank you for asking.", " Please think again.", " I hope you listen.")

CAMPAIGN = (
    "I am writing to object to the closure of Harbour Street. The council has not shown that it is needed. "
    "Local shops depend on passing trade and on customers who come by car, and many of them will not survive the loss "
    "of weekend custom. The council should withdraw the plan and work with traders on free parking for the first hour."
)
CAMPAIGN_OPENINGS = (
    "",
    "",
    "Dear Sir or Madam, ",
    "To whom it may concern. ",
    "Dear councillors, ",
)
CAMPAIGN_OWN = (
    "",
    "",
    "",
    " I have shopped here for forty years.",
    " My own shop would have to let two people go.",
    " You did not even put a notice up in the market hall.",
    " The last scheme was a disaster too.",
)
PERSONAL = (
    " My name is Tansy Quillfeather and you can ring me on 07700 900142.",
    " Please reply to odell.marrowby@example.org.",
    " I live at 14 Limpet Lane, Saltmarsh Bay, and my neighbour Hester Brackwater will say the same.",
    " Barnaby Tolliver at number 9 has had his car scraped twice; his number is 07700 900877.",
    " Write to me at wilf.pennywhistle@example.com if you want photographs.",
    " My doctor, Dr Imelda Foxcroft, says the fumes make my chest worse.",
)
NOTHING = (
    "",
    "",
    "",
    "n/a",
    "No comment",
    "See my answer above",
    "-",
    "None",
    "No",
    "nothing to add",
)
WELSH = (
    "Rwy'n cefnogi hyn achos bydd y stryd yn fwy diogel i blant ac i bobl sy'n cerdded.",
    "Bydd hyn yn lladd y siopau bach. Mae pobl yn dod mewn car i brynu pethau trwm.",
    "Mae angen gwell bysiau yn gyntaf, achos does dim bws o'r pentrefi ar ôl pedwar o'r gloch.",
    "Mae fy mam yn anabl ac ni all hi gerdded o'r maes parcio.",
    "Byddai'n braf cael marchnad ar y stryd bob dydd Sul.",
)
USES = ("Tables for cafés", "Markets", "Play space", "Planting and seats")
OTHER_USES = (
    "a stage for the youth theatre to use in the summer",
    "leave it as a road, that is what it is for",
    "bicycle stands, there are none between the bridge and the quay",
    "somewhere for the lifeboat collection to stand",
    "public toilets, since you shut the last ones",
    "a covered place where teenagers may sit without being moved on",
)
TRAVEL = ("Walk", "Car", "Bus", "Bicycle", "Taxi")
AGES = ("16 to 24", "25 to 44", "45 to 64", "65 or over", "Prefer not to say")
ROLES = ("Resident", "Owner of a business", "Visitor", "Organisation")
SUPPORT = ("Strongly support", "Support", "Neither", "Oppose", "Strongly oppose")
