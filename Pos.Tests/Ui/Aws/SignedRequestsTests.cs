using System.Net;
using Amazon.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.ServiceDefaults;
using Pos.Ui;
using Pos.Ui.Aws;
using Xunit;

namespace Pos.Tests.Ui.Aws;

/// <summary>
/// Requests to API Gateway, against the signatures that AWS publishes (the Signature Version 4 test suite).
/// </summary>
[SystemTest]
public sealed class SignedRequestsTests
{
    private static readonly ImmutableCredentials s_identity = new(
        "AKIDEXAMPLE",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        null
    );
    private static readonly FakeTimeProvider s_then = new(new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData(
        "GET",
        "/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
    )]
    public async Task Signature_is_the_published_one(string method, string target, string signature)
    {
        var sent = new Sent();
        using var http = new HttpMessageInvoker(
            new SignedRequests("us-east-1", () => Task.FromResult(s_identity), s_then, service: "service")
            {
                InnerHandler = sent,
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), $"http://example.amazonaws.com{target}");

        // A retry signs anew.
        for (var attempt = 0; attempt < 2; attempt++)
            using (await http.SendAsync(request, TestContext.Current.CancellationToken)) { }

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}",
            Assert.Single(sent.Last!.Headers.GetValues("Authorization"))
        );
        Assert.Equal("20150830T123600Z", Assert.Single(sent.Last.Headers.GetValues("x-amz-date")));
    }

    [Fact]
    public void Path_is_escaped_twice_query_once_and_the_body_is_part_of_it()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            "https://id.execute-api.eu-west-1.amazonaws.com/customers/a%20b%2Fc/purchases?limit=3&cursor=x%2By%3D"
        );

        Assert.Equal(
            """
            POST
            /customers/a%2520b%252Fc/purchases
            cursor=x%2By%3D&limit=3
            host:id.execute-api.eu-west-1.amazonaws.com

            host
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
            """.ReplaceLineEndings("\n"),
            SignedRequests.Canonical(request, ["host"], "abc"u8)
        ); // its hash is FIPS 180-2's example
    }

    [Fact]
    public async Task Web_app_signs_what_it_sends_to_where_its_services_are()
    {
        var sent = new Sent();
        var builder = WebApplication.CreateBuilder([
            "--Ui:Aws:SignatureRegion=eu-west-1",
            "--Services:lookup:https:0=https://id.execute-api.eu-west-1.amazonaws.com",
            "--Services:ingest:http:0=http://127.0.0.1:1",
            "--Services:processor:http:0=http://127.0.0.1:1",
        ]);
        builder.AddServiceDefaults();
        builder.AddUi();
        builder.Services.ConfigureHttpClientDefaults(http => http.ConfigurePrimaryHttpMessageHandler(() => sent));
        await using var app = builder.Build();

        await app.Services.GetRequiredService<LookupClient>().FreshnessAsync(TestContext.Current.CancellationToken);

        Assert.Equal("https://id.execute-api.eu-west-1.amazonaws.com/sales/freshness", sent.Address!.ToString());
        var authorization = Assert.Single(sent.Last!.Headers.GetValues("Authorization"));
        Assert.Contains(
            "/eu-west-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, ",
            authorization,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Elsewhere_nothing_is_signed()
    {
        var sent = new Sent();
        var builder = WebApplication.CreateBuilder(["--Services:lookup:http:0=http://127.0.0.1:7102"]);
        builder.AddServiceDefaults();
        builder.AddUi();
        builder.Services.ConfigureHttpClientDefaults(http => http.ConfigurePrimaryHttpMessageHandler(() => sent));
        await using var app = builder.Build();

        await app.Services.GetRequiredService<LookupClient>().FreshnessAsync(TestContext.Current.CancellationToken);

        Assert.False(sent.Last!.Headers.Contains("Authorization"));
    }

    private sealed class Sent : HttpMessageHandler
    {
        public HttpRequestMessage? Last { get; private set; }

        /// <summary>As it was then: service discovery puts the name back afterwards.</summary>
        public Uri? Address { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            (Last, Address) = (request, request.RequestUri);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
