namespace Sagas.Dashboard.Viewing;

/// <summary>What a bar of the timeline is.</summary>
internal enum BarKind
{
    /// <summary>An attempt to execute the step.</summary>
    Execute,

    /// <summary>An attempt to compensate it.</summary>
    Compensate,

    /// <summary>The pause before the next attempt, or the wait for a destination that takes no calls.</summary>
    Wait,

    /// <summary>An instant: something was decided about the step.</summary>
    Mark,
}
