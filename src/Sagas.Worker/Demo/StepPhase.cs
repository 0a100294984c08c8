namespace Sagas.Worker.Demo;

/// <summary>Where a step stands, as the demo shows it.</summary>
internal enum StepPhase
{
    Waiting,
    Running,
    Done,
    Failed,
    Unknown,
    Undoing,
    Undone,
}
