using Sagas.Dashboard.Access;

namespace Sagas.Tests.Operations.Access;

public sealed class ApiKeyTests
{
    [Fact]
    public void Create_Twice_IsOfTheFormAndNeverTheSame()
    {
        var key = ApiKey.Create();

        key.Length.ShouldBe(49);
        key.ShouldStartWith("sagas_");
        ApiKey.HasForm(key).ShouldBeTrue();
        ApiKey.Create().ShouldNotBe(key);
    }

    /// <summary>What anybody's tools compute: printf %s "$KEY" | sha256sum.</summary>
    [Fact]
    public void HashOf_AKey_IsItsSha256()
    {
        const string Key = "sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        ApiKey.HashOf(Key).ShouldBe("sha256:4dfee6a51d053b4788162a1ae29b007ded00d4f52a912565705cb4e253b20881");
        ApiKey.ParseHash(ApiKey.HashOf(Key)).ShouldBe(ApiKey.DigestOf(Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sagas_")]
    [InlineData("password")]
    [InlineData("sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sagas_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("SAGAS_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void HasForm_AnythingElse_IsFalse(string text) => ApiKey.HasForm(text).ShouldBeFalse();

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:zzzz")]
    [InlineData("md5:4dfee6a51d053b4788162a1ae29b007ded00d4f52a912565705cb4e253b20881")]
    [InlineData("4dfee6a51d053b4788162a1ae29b007ded00d4f52a912565705cb4e253b20881")]
    public void ParseHash_AnythingElse_IsNone(string text) => ApiKey.ParseHash(text).ShouldBeNull();
}
