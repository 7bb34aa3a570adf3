/**
 * For application developers and operators: what warns of a run that goes wrong while its loss says nothing. An {@link
 * org.rpt4j.core.alarm.AlarmWatch} looks at the {@link org.rpt4j.core.alarm.VitalSigns} of every step by one {@link
 * org.rpt4j.core.alarm.AlarmRule} for each {@link org.rpt4j.core.alarm.Alarm}. The trainers own one and tell their
 * listeners; an alarm never changes the run.
 */
@NullMarked
package org.rpt4j.core.alarm;

import org.jspecify.annotations.NullMarked;
