using Sagas.Persistence.Outbox;

namespace Sagas.Tests.Persistence.Outbox;

public sealed class ConfirmedRowsTests
{
    private readonly FakeClock _clock = new();
    private readonly ConfirmedRows _rows;

    public ConfirmedRowsTests()
    {
        _rows = new ConfirmedRows(_clock);
    }

    /// <summary>A delivery read the row just before, and asks once its own commit is done.</summary>
    [Fact]
    public void Contains_RowWasDeletedAMomentAgo_IsTrue()
    {
        _rows.Add(1);
        _clock.Advance(60);
        _rows.MarkDeleted([1]);

        _rows.Add(2);
        _clock.Advance(ConfirmedRows.Memory - TimeSpan.FromTicks(1));
        _rows.MarkDeleted([2]);

        _rows.Contains(1).ShouldBeTrue();
        _rows.Contains(2).ShouldBeTrue();
    }

    [Fact]
    public void Contains_RowWasDeletedLongAgo_IsFalse()
    {
        for (var number = 1; number <= 4; number++)
        {
            _rows.Add(number);
            _clock.Advance(ConfirmedRows.Memory);
            _rows.MarkDeleted([number]);
        }

        Enumerable.Range(1, 4).Where(number => _rows.Contains(number)).ShouldBe([3, 4]);
    }

    [Fact]
    public void Contains_NobodyHasDeletedTheRow_IsTrueHoweverLongThatTakes()
    {
        _rows.Add(1);
        for (var number = 2; number <= 5; number++)
        {
            _clock.Advance(60);
            _rows.MarkDeleted([number]);
        }

        _rows.Contains(1).ShouldBeTrue();
    }

    [Fact]
    public void Contains_NobodyHasConfirmedTheRow_IsFalse()
    {
        _rows.Add(1);

        _rows.Contains(2).ShouldBeFalse();
    }
}
