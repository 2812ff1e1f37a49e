using System.Net;
using Xunit;

namespace LocalCloud.Tests;

[SystemTest]
public sealed class ProtocolTests
{
    [Fact]
    public async Task Unknown_target_returns_UnknownOperationException()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = new StringContent("{}") };
        request.Headers.Add("X-Amz-Target", "Nothing_20200101.Do");
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"__type\":\"UnknownOperationException\"", await response.Content.ReadAsStringAsync());
    }
}
