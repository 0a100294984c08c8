using Sagas.Persistence.Watchdog;

namespace Sagas.Tests.Persistence.Watchdog;

public sealed class RareLooksTests
{
    [Fact]
    public void IsDue_ManyLooks_FewAreHad()
    {
        var looks = new RareLooks();

        var due = Enumerable.Range(1, 5000).Where(_ => looks.IsDue());

        due.ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3072, 4096]);
    }
}
