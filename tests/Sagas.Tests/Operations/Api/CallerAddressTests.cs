using System.Net;
using Microsoft.AspNetCore.Http;
using Sagas.Dashboard.Api;

namespace Sagas.Tests.Operations.Api;

public sealed class CallerAddressTests
{
    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData(null, "local")]
    public void TextOf_AddressOfWhateverVersion_IsAsPeopleKnowIt(string? address, string text)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);

        CallerAddress.TextOf(context).ShouldBe(text);
    }
}
