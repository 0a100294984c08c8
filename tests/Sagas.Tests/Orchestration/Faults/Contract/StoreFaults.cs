namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>
/// What stands at the seams between the store and its database: it numbers whatever passes, and says what fails.
/// </summary>
public sealed class StoreFaults
{
    private readonly Lock _lock = new();
    private readonly List<string> _seams = [];
    private Func<int, string, StoreFault?>? _plan;

    /// <summary>The faults that were injected since the plan was made.</summary>
    public int Fired { get; private set; }

    /// <summary>
    /// Whether a client gave a statement up since the plan was made although it met no fault: the machine was slow, the statement
    /// may have been carried out, and its answer is lost.
    /// </summary>
    public bool HasLostAnswer { get; private set; }

    /// <summary>Whether a fault has had a client give up, as was meant.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>What passed since the plan was made, in order.</summary>
    public IReadOnlyList<string> Seams
    {
        get
        {
            lock (_lock)
            {
                return [.. _seams];
            }
        }
    }

    /// <summary>Numbers what passes from now on, from 0.</summary>
    /// <param name="plan">Which fault, if any, meets the seam of that number and text.</param>
    public void Arm(Func<int, string, StoreFault?> plan)
    {
        lock (_lock)
        {
            _seams.Clear();
            Fired = 0;
            HasLostAnswer = IsSilent = false;
            _plan = plan;
        }
    }

    /// <summary>Lets everything pass from now on.</summary>
    public void Disarm()
    {
        lock (_lock)
        {
            _plan = null;
        }
    }

    /// <summary>A fault lets a client wait until it gives up.</summary>
    public void Silence()
    {
        lock (_lock)
        {
            IsSilent = true;
        }
    }

    /// <summary>A client gave a statement up that met no fault.</summary>
    public void LoseAnswer()
    {
        lock (_lock)
        {
            HasLostAnswer = true;
        }
    }

    /// <summary>A statement comes to a seam.</summary>
    /// <param name="statement">Its text, or what else it is.</param>
    /// <returns>How it fails, if it does.</returns>
    public StoreFault? Meet(string statement)
    {
        lock (_lock)
        {
            if (_plan is null)
            {
                return null;
            }

            var fault = _plan(_seams.Count, statement);
            _seams.Add(statement);
            Fired += fault is null ? 0 : 1;
            return fault;
        }
    }
}
