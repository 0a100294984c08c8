using System.Globalization;
using System.Xml.Linq;
using Sagas.Benchmarks.Reporting;

namespace Sagas.Tests.Benchmarks.Reporting;

public sealed class BarChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void ToSvg_Bars_AreAsLongAsTheirMedians()
    {
        var picture = Draw(new Bar("fast", new Spread(200, 150, 400)), new Bar("slow", new Spread(100, 100, 100)));

        var lengths = picture.Elements(Svg + "rect").Select(x => Number(x, "width")).ToArray();
        lengths.Length.ShouldBe(2);
        lengths[0].ShouldBe(2 * lengths[1], tolerance: 0.2);
    }

    [Fact]
    public void ToSvg_Spread_IsALineWithinThePicture()
    {
        var picture = Draw(new Bar("fast", new Spread(200, 150, 400)));

        var line = picture.Elements(Svg + "line").ShouldHaveSingleItem();
        Number(line, "x1").ShouldBeLessThan(Number(line, "x2"));
        Number(line, "x2").ShouldBeLessThan(Number(picture, "width"));
    }

    [Fact]
    public void ToSvg_NamesWithMarkup_AreText() =>
        Draw(new Bar("a < b & c", new Spread(1, 1, 1))).Elements(Svg + "text").Select(x => x.Value)
            .ShouldContain("a < b & c");

    [Fact]
    public void ToSvg_OneNameInTwoGroups_HasOneColour()
    {
        var bar = new Bar("fast", new Spread(1, 1, 1));
        var chart = new BarChart("title", [new("one", [bar]), new("two", [bar with { Name = "slow" }, bar])]);
        var picture = XElement.Parse(chart.ToSvg());

        var colours = picture.Elements(Svg + "rect").Select(x => x.Attribute("fill")!.Value).ToArray();
        colours[2].ShouldBe(colours[0]);
        colours[1].ShouldNotBe(colours[0]);
    }

    [Fact]
    public void ToSvg_GroupsWithScalesOfTheirOwn_FillThePictureEach()
    {
        BarGroup[] groups =
        [
            new("sagas a second", [new("5", new Spread(200, 200, 200))]),
            new("MiB", [new("5", new Spread(9, 9, 9))]),
        ];

        var picture = XElement.Parse(new BarChart("title", groups) { ScalesEachGroup = true }.ToSvg());

        var lengths = picture.Elements(Svg + "rect").Select(x => Number(x, "width")).ToArray();
        lengths[0].ShouldBe(lengths[1]);
    }

    private static XElement Draw(params Bar[] bars) =>
        XElement.Parse(new BarChart("title", [new("group", bars)]).ToSvg());

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
