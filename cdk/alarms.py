"""The alarms, and whom they tell."""

import math

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk import findings
from cdk.metrics import Metrics
from cdk.settings import Settings

_NEAR = 0.8  # share of the reserved concurrency that is "near its limit"


class Alarms(Construct):
    """Alarms that ring after two bad minutes out of three: one alone wakes nobody.

    Attributes:
        all: every alarm.
        of_a_version: those that a bad version sets off. The others follow the load as well, and
            would take back a good version in a busy hour, or the one that was to end it.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, metrics: Metrics) -> None:
        super().__init__(scope, name)
        errors = self._alarm("Errors", "Invocations fail", metrics.errors(), 1)
        faults = self._alarm("Faults", "Requests are answered with 5xx", metrics.faults(), 1)
        slow = self._alarm(
            "Slow", f"p99 is {settings.p99_ms} ms or more", metrics.duration(99), settings.p99_ms
        )
        throttles = self._alarm("Throttles", "Requests are sent away", metrics.throttles(), 1)
        self.of_a_version = [errors, faults, slow]
        self.all = [*self.of_a_version, throttles]
        # Without a reservation the limit is the account's, which is not known here.
        if settings.reserved_concurrency is not None:
            limit = settings.reserved_concurrency
            text = f"Near the {limit} environments that may work at once"
            threshold = math.ceil(limit * _NEAR)
            self.all.append(self._alarm("Concurrency", text, metrics.concurrency(), threshold))
        if settings.alarm_email:
            self._tell(settings.alarm_email)

    def _alarm(
        self, name: str, description: str, metric: cloudwatch.Metric, threshold: float
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            name,
            alarm_description=f"{description}. What to do: docs/deploy.md.",
            metric=metric,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            datapoints_to_alarm=2,
            evaluation_periods=3,
            # A minute without requests has no data points.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _tell(self, email: str) -> None:
        topic = self._topic()
        topic.add_subscription(subscriptions.EmailSubscription(email))
        findings.acknowledge(
            topic,
            "Serverless::Serverless-SNSRedrivePolicy",
            "Nobody would read a queue of undelivered mails; the alarm's own history has it all.",
        )
        action = actions.SnsAction(topic)
        for alarm in self.all:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _topic(self) -> sns.Topic:
        alarms = iam.ServicePrincipal("cloudwatch.amazonaws.com")
        # A key of our own: alarms may not use the one that AWS has for topics.
        # https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
        key = kms.Key(
            self,
            "Key",
            description="Encrypts the alarms of fintone",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            pending_window=cdk.Duration.days(7),
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[alarms],
                resources=["*"],  # the key that has this policy
            )
        )
        topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        # enforce_ssl's policy takes the place of the one that lets in the account's alarms.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sns:Publish"],
                principals=[alarms],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        return topic
