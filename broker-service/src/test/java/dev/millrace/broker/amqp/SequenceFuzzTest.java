package dev.millrace.broker.amqp;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Frames that are sound, with fields inside and outside of their ranges, in any order: see {@link PeerScript}. */
class SequenceFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void anyOrderOfFramesHarmsNobodyElse(byte[] input) {
        FuzzedFront.play(front -> new PeerScript(front, front.connect(), new FuzzInput(input)).run());
    }
}
