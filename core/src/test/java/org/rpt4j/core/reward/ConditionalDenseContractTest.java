package org.rpt4j.core.reward;

class ConditionalDenseContractTest extends DenseContractTest {

    @Override
    DenseCondition condition() {
        return DenseCondition.GROUP_HAS_HIT;
    }
}
