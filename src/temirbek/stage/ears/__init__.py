"""The ears of the stage, a process of its own: the microphone in the hall, and what is known to sound there.

The known mix is read from the sound process's own ring (:mod:`temirbek.stage.ears.tap`): it lies there after all
effects, with the robots' voices, and the shared clock tells which of its samples leaves the loudspeaker when. What is
left of the microphone's sound when the mix is taken out is listened to (:mod:`temirbek.hearing`). Nothing is recorded:
a few seconds of sound stay in memory, and only what was heard ("applause began") leaves the process.

Where the microphone is "simulated", the hall is made here as well: the mix through a room of its own, and the people who
the simulated hall says let themselves be heard (:mod:`temirbek.stage.ears.simulated`).
"""
