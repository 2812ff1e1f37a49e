using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Ui.Components;
using Xunit;

namespace Pos.Tests.Ui.Components;

[Fast]
public sealed class FailureNoticeTests : UiTest
{
    [Fact]
    public void A_service_that_is_away_is_told_at_once_and_can_be_asked_again()
    {
        var asked = 0;
        var notice = Render<FailureNotice>(parameters =>
            parameters
                .Add(p => p.Failure, new ServiceUnavailable("lookup", "The lookup service does not answer."))
                .Add(p => p.What, "The purchase")
                .Add(p => p.OnRetry, EventCallback.Factory.Create(this, () => asked++))
        );

        Assert.Equal("alert", notice.Find(".notice").GetAttribute("role"));
        Assert.Contains("The purchase cannot be shown now", notice.Markup, StringComparison.Ordinal);
        Assert.Contains("The lookup service does not answer.", notice.Markup, StringComparison.Ordinal);
        notice.Find("fluent-button").Click();
        Assert.Equal(1, asked);
    }

    [Fact]
    public void What_asking_again_does_not_mend_offers_no_button()
    {
        foreach (
            var failure in new Failure[] { new NotFound("There is no purchase 'x'."), new Refused("'limit' is 0.") }
        )
        {
            var notice = Render<FailureNotice>(parameters =>
                parameters
                    .Add(p => p.Failure, failure)
                    .Add(p => p.OnRetry, EventCallback.Factory.Create(this, () => { }))
            );
            Assert.Contains(failure.Text, notice.Find(".notice").Text(), StringComparison.Ordinal);
            Assert.Empty(notice.FindAll("fluent-button"));
        }
    }
}
